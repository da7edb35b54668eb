// Sends so many events, as a program of a customer would: `node send-with-segment.mjs URL KEY COUNT`.
import { Analytics } from "@segment/analytics-node";

const [url, key, count] = process.argv.slice(2);
const analytics = new Analytics({ writeKey: key, host: url, flushAt: 20, maxRetries: 10 });
for (let n = 0; n < Number(count); n++) {
  analytics.track({ userId: "ann", event: "Order Completed", properties: { n } });
}
await analytics.closeAndFlush({ timeout: 60_000 });
