require("./cases.js")({ test, before: beforeAll, after: afterAll });
