import { afterAll, beforeAll, test } from "vitest";
import cases from "./cases.js";

cases({ test, before: beforeAll, after: afterAll });
