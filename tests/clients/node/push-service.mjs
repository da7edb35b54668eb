// The push service of `web-push-testing` on a port, until it is killed.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const Server = require("web-push-testing/src/server.js");
const { PushApiModel } = require("web-push-testing/src/PushApiModel.js");

new Server(new PushApiModel(), Number(process.argv[2])).startServer();
