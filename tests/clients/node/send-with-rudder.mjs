// Sends so many events, as a program of a customer would: `node send-with-rudder.mjs URL KEY COUNT`.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const [url, key, count] = process.argv.slice(2);
const analytics = new RudderAnalytics(key, { dataPlaneUrl: url, flushAt: 20, flushInterval: 200, errorHandler: console.error });
for (let n = 0; n < Number(count); n++) {
  analytics.track({ userId: "ann", event: "Order Completed", properties: { n } });
}
await analytics.flush();
