/** The words of the studio in English, a file for each area. */
import campaigns from "./campaigns.json";
import approvals from "./approvals.json";
import canvas from "./canvas.json";
import content from "./content.json";
import documents from "./documents.json";
import editor from "./editor.json";
import fields from "./fields.json";
import forms from "./forms.json";
import profiles from "./profiles.json";
import imports from "./imports.json";
import monitor from "./monitor.json";
import reports from "./reports.json";
import onboarding from "./onboarding.json";
import publish from "./publish.json";
import session from "./session.json";
import rules from "./rules.json";
import sending from "./sending.json";
import setup from "./setup.json";
import settings from "./settings.json";
import shell from "./shell.json";
import testing from "./testing.json";
import triggered from "./triggered.json";

export default {
  ...campaigns,
  ...approvals,
  ...canvas,
  ...content,
  ...documents,
  ...editor,
  ...fields,
  ...forms,
  ...profiles,
  ...imports,
  ...monitor,
  ...reports,
  ...onboarding,
  ...publish,
  ...session,
  ...settings,
  ...rules,
  ...sending,
  ...setup,
  ...shell,
  ...testing,
  ...triggered,
};
