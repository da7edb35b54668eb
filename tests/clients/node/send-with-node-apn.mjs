// Sends a notification to devices with a client of Apple's push service; prints what it understood.
import apn from "@parse/node-apn";

const [port, key, ...devices] = process.argv.slice(2);
const provider = new apn.Provider({
  token: { key, keyId: "KEY1234567", teamId: "TEAM123456" },
  address: "127.0.0.1",
  port: Number(port),
  production: true,
});
const notification = new apn.Notification({
  topic: "example.shop.app",
  pushType: "alert",
  priority: 10,
  expiry: 1_900_000_000,
  alert: { title: "t7", body: "안녕" },
  sound: "default",
});
const told = await provider.send(notification, devices);
console.log(JSON.stringify(told));
await provider.shutdown();
