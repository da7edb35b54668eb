/** What the server answers, in the studio's words. Where the OpenAPI document has a model it is taken from there. */
import type { Doc, Json } from "../model";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["ProblemRow"];
export type Use = Schemas["Use"];
export type PublishRule = Schemas["PublishRule"];
export type PublishOutcome = Schemas["PublishOutcome"];

/** JSON Schema, as far as forms read it. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  const?: Json;
  enum?: Json[];
  examples?: Json[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  "x-editor"?: string;
  "x-kinds"?: string[];
}

/** A way out as a step's type declares it; an activity's may have a fixed name instead of a field. */
export interface Outlet {
  field: string | null;
  each?: boolean;
  target?: string | null;
  name?: string | null;
}

export interface NodeType extends Pick<
  Schemas["StepType"],
  "type" | "title" | "summary" | "traits" | "guide"
> {
  category: string;
  schema: Schema;
  outlets: Outlet[];
  inlets: Schemas["Inlet"][];
}

export type Lifecycle = NonNullable<Schemas["DraftRow"]["state"]>;

export type Draft = Omit<Schemas["DraftBody"], "document" | "published"> & {
  document: Doc;
  published: (Omit<NonNullable<Schemas["DraftBody"]["published"]>, "document"> & { document: Doc }) | null;
};

export type DraftRow = Schemas["DraftRow"];

export type DocumentType = Omit<Schemas["DocumentType"], "schema"> & { schema: Schema };

export type Catalog = Omit<Schemas["Catalog"], "nodes" | "activities" | "documents"> & {
  nodes: NodeType[];
  activities: NodeType[];
  documents: Record<string, DocumentType>;
};

export type Tallied = Schemas["Tallied"];
export type WorkRows = Schemas["WorkRows"];
export type Looked = Schemas["Looked"];
export type CampaignRun = Schemas["Run"];
export type TaskState = CampaignRun["activities"][number]["state"];
export type TransitionPage = Schemas["TransitionRows"];
export type TimeLineAnswer = Schemas["TimeLine"];
export type NextRuns = Schemas["NextRuns"];
export type Signalled = Schemas["Signalled"];
export type Preview = Schemas["Preview"];
export type Proofs = Schemas["Proofs"];
export type Attribute = Schemas["AttributeRow"];
export type Vocabulary = Schemas["Vocabulary"];
export type Session = Schemas["Session"];
export type Welcome = Schemas["Welcome"];
export type InsidePage = Schemas["InsidePage"];
export type Approval = Schemas["ApprovalRow"];
export type ApprovalPage = Schemas["ApprovalPage"];
export type Deleted = Schemas["DeletedRow"];
export type Report = Schemas["Report"];
export type Breakdown = Schemas["Breakdown"];
export type Experiment = Schemas["Experiment"];
export type Monitor = Schemas["Monitor"];
export type Account = Schemas["User"];
export type ApiKey = Schemas["ApiKey"];
export type MadeKey = Schemas["MadeKey"];
export type AuditPage = Schemas["AuditPage"];
export type AuditEntry = Schemas["Entry"];
export type Backtest = Schemas["BacktestResult"];
export type History = Schemas["History"];
export type Rehearsal = Schemas["Rehearsal"];
export type Change = History["versions"][number]["changes"][number];
export type TestSession = Schemas["SessionState"];
export type TestProfile = Schemas["ProfileState"];
export type TestPassage = Schemas["PassageState"];
export type TestMessage = Schemas["MessageState"];
export type Undeclared = Schemas["Undeclared"];
export type UndeclaredList = Schemas["UndeclaredList"];
export type Adopted = Schemas["Adopted"];
export type SuppressionPage = Schemas["SuppressionPage"];
export type TakenList = Schemas["TakenList"];
export type DeadLetters = Schemas["DeadLetters"];
export type Counted = Schemas["Counted"];
export type Arrival = Schemas["Arrival"];
export type Arrivals = Schemas["Arrivals"];
export type RejectedItem = Schemas["RejectedItem"];
export type RejectedPage = Schemas["RejectedPage"];
export type EntityPage = Schemas["EntityPage"];
export type Attempted = Schemas["Attempted"];
export type WantedEvent = Schemas["WantedEvent"];
export type TestReceipt = Schemas["TestReceipt"];
export type PrintedList = Schemas["PrintedList"];
export type ChannelStates = Schemas["ChannelStates"];
export type ChannelState = Schemas["ChannelState"];
export type ProfileRow = Schemas["ProfileRow"];
export type ProfileRows = Schemas["ProfilePage"];
export type Profile = Schemas["ProfileBody"];
export type Happened = Schemas["Happened"];
export type HappenedPage = Schemas["HappenedPage"];
export type Upload = Schemas["Upload"];
export type ImportTarget = Schemas["ImportTarget"];
export type FileColumn = Schemas["FileColumn"];
export type Look = Schemas["FileLook"];
export type RejectedRow = Schemas["RejectedRow"];
export type InboxState = Schemas["InboxState"];
export type ListedRule = Schemas["ListedRule"];
export type Housekeeping = Schemas["Tidied"];
export type Forecast = Schemas["Forecast"];
export type WrittenPage = Schemas["WrittenPage"];
export type WrittenMessage = Schemas["WrittenMessage"];
export type KnownSecret = Schemas["KnownSecret"];
export type Explained = Schemas["PathState"];

/** One name that documents may use, whatever it is of. */
export interface Named {
  id: string;
  title: string | null;
  channel?: string;
  type?: string;
}

export interface NodeCounts {
  id: string;
  type: string;
  entered: number;
  waiting: number;
  left: Record<string, number>;
}

export interface DocumentStatus {
  id: string;
  kind: string;
  state: Lifecycle;
  version: number;
  entered: number;
  inside: number;
  completed: number;
  exited: number;
  timed_out: number;
  failed: number;
  stopped: number;
  nodes: NodeCounts[];
  messages: Record<string, number>;
  discards: Record<string, number>;
}

export interface Status {
  now: string;
  items: { appended: number; processed: number };
  documents: DocumentStatus[];
}
