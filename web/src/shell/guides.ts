/** Where the guide tells more: of a kind of document, a part of the studio, a page beside a list, a part of the settings. */
export const OF_KIND: Partial<Record<string, string>> = {
  journey: "guide/journeys/",
  campaign: "guide/campaigns/",
  triggered: "guide/triggered/",
  audience: "guide/audiences/",
  template: "guide/content/",
  block: "guide/content/",
  entity: "guide/workspace/",
  event: "guide/registry/",
  source: "guide/external/",
  action: "guide/external/",
  geofence: "guide/workspace/",
  channel: "guide/delivery/#channels-and-providers",
  group: "guide/consent/",
  policy: "guide/workspace/",
  workspace: "guide/workspace/",
};

export const OF_SECTION: Partial<Record<string, string>> = {
  journeys: "guide/journeys/",
  campaigns: "guide/campaigns/",
  triggered: "guide/triggered/",
  audiences: "guide/audiences/",
  content: "guide/content/",
  data: "guide/workspace/",
  channels: "guide/delivery/",
};

export const OF_VIEW: Partial<Record<string, string>> = {
  import: "guide/files/",
  arrivals: "guide/ingestion/",
  undeclared: "guide/registry/",
  rejects: "guide/registry/",
  delivery: "guide/delivery/#several-providers-slowly-at-first",
  failed: "guide/delivery/#dead-letters",
  printed: "guide/channels/direct_mail/",
  written: "guide/delivery/#channels-and-providers",
  suppressions: "guide/rights/#the-suppression-list",
};

export const OF_PART: Partial<Record<string, string>> = {
  users: "guide/access/#roles",
  keys: "guide/access/#keys",
  secrets: "guide/external/#signing-in",
  retention: "guide/retention/",
  record: "guide/access/#who-changed-what",
};
