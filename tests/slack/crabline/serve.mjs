// Starts one Slack server as the JSON in the first argument says, prints its manifest, and ends with its input.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const server = resolve("node_modules/@openclaw/crabline/dist/src/servers/slack.js");
const { startSlackServer } = await import(pathToFileURL(server));
const slack = await startSlackServer(JSON.parse(process.argv[2]));
console.log(JSON.stringify(slack.manifest));
for await (const _ of process.stdin);
await slack.close();
process.exit(0);
