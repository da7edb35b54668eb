/** What a mail begins with. */
export const MJML = `<mjml>
  <mj-body background-color="#f4f5f7">
    <mj-section background-color="#ffffff" padding="32px 24px">
      <mj-column>
        <mj-text font-size="22px" font-weight="600" line-height="1.3">Hello {{ profile.first_name | default: 'there' }}</mj-text>
        <mj-text font-size="15px" line-height="1.6">…</mj-text>
        <mj-button background-color="#0f6e78" href="https://example.com">…</mj-button>
      </mj-column>
    </mj-section>
    <mj-section>
      <mj-column>
        <mj-text align="center" color="#667482" font-size="12px"><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;
export const HTML = `<p>Hello {{ profile.first_name | default: 'there' }}</p>
<p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>
`;
export const BLOCK = `<mj-section>
  <mj-column>
    <mj-text>…</mj-text>
  </mj-column>
</mj-section>
`;
