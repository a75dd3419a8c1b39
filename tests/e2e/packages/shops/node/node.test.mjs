import { after, before, test } from "node:test";
import { startSandbox } from "nice-sandbox";
import cases from "./cases.js";

if (typeof startSandbox !== "function") throw new Error("no named import");
cases({ test, before, after });
