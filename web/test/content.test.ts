import { describe, expect, it } from "vitest";
import { placeOf, withField, withoutLocale } from "../src/content/fields";
import { carried, indented, parted, restored, sameElements, sameLiquid } from "../src/content/liquid";

const MAIL = `<mjml><mj-body>
  {% if profile.vip and profile.age > 3 %}{% assign a = "x" %}
  <mj-section><mj-column><mj-image src="https://a.example/{{ a }}.png" /><mj-text>Hi {% if b %}you{% endif %}</mj-text></mj-column></mj-section>
  {% else %}
  {% render 'footer' %}
  {{ content_blocks.\${footer} }}
  {% endif %}
</mj-body></mjml>`;

describe("Liquid in designed mails", () => {
  it("between elements is carried in elements, and comes back as it was", () => {
    const there = carried(MAIL);
    expect(there.match(/<mj-raw data-liquid=/g)).toHaveLength(6);
    expect(there).toContain('<mj-image src="https://a.example/{{ a }}.png" ></mj-image>');
    expect(there).toContain("<mj-text>Hi {% if b %}you{% endif %}</mj-text>");
    const back = restored(there);
    expect(back).toBe(MAIL.replace(" />", " ></mj-image>"));
    expect(sameLiquid(MAIL, back)).toBe(true);
  });

  it("is written with an element a line", () => {
    const flat =
      "<mjml><mj-body>{% if a > 3 %}<mj-section a='>'><mj-column><mj-image src=\"x\"></mj-image><mj-text>Hi <b>you</b></mj-text></mj-column></mj-section>{% endif %}</mj-body></mjml>";
    expect(indented(flat)).toBe(
      [
        "<mjml>",
        "  <mj-body>",
        "    {% if a > 3 %}",
        "    <mj-section a='>'>",
        "      <mj-column>",
        '        <mj-image src="x" />',
        "        <mj-text>Hi <b>you</b></mj-text>",
        "      </mj-column>",
        "    </mj-section>",
        "    {% endif %}",
        "  </mj-body>",
        "</mjml>",
      ].join("\n"),
    );
  });

  it("is seen to be lost, moved or changed", () => {
    expect(sameLiquid("{% if a %}x{% endif %}", "x")).toBe(false);
    expect(sameLiquid("{{ a }}{{ b }}", "{{ b }}{{ a }}")).toBe(false);
    expect(sameLiquid('{{ a | default: "x" }}', "{{ a | default: &quot;x&quot; }}")).toBe(true);
    expect(sameElements("<mjml><mj-body><mj-raw>", "<mjml><mj-raw>")).toBe(false);
    expect(sameLiquid("{% if a > 3 %}", "{% if a &gt; 3 %}")).toBe(true);
  });

  it("keeps the quotes of attributes whole", () => {
    expect(restored('<a href="{{ a | default: &quot;x&quot; }}">')).toBe(
      "<a href=\"{{ a | default: 'x' }}\">",
    );
  });

  it("before and behind the mail is not the designer's", () => {
    expect(parted("{% assign a = 1 %}\n<mjml></mjml>\n")).toEqual([
      "{% assign a = 1 %}\n",
      "<mjml></mjml>",
      "\n",
    ]);
  });
});

describe("languages of content", () => {
  it("are edited without touching the document's own", () => {
    const doc = withField({ kind: "template", text: "Hi" }, "ko", "text", "안녕");
    expect(doc).toEqual({ kind: "template", text: "Hi", locales: { ko: { text: "안녕" } } });
    expect(withoutLocale(doc, "ko")).toEqual({ kind: "template", text: "Hi" });
    expect(placeOf("locales.pt-BR.columns.name")).toEqual({ locale: "pt-BR", field: "columns.name" });
  });
});
