// Reads each document the way swagger-parser's users do: every reference
// resolved, the whole held against the schema of its OpenAPI version.
import SwaggerParser from "@apidevtools/swagger-parser";

const documents = process.argv.slice(2);
if (documents.length === 0) {
  console.error("name the documents to read");
  process.exit(2);
}
for (const path of documents) {
  try {
    const { openapi, paths } = await SwaggerParser.validate(path);
    console.log(`${path}: OpenAPI ${openapi}, ${Object.keys(paths).length} path(s)`);
  } catch (error) {
    console.error(`${path}: ${error.message}`);
    process.exitCode = 1;
  }
}
