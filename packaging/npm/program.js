// Where the program is: npm installs the package of this platform alone.
const { name } = require("./package.json");

/** NICE_SANDBOX, or MEMBER_VERIFICATION, names another program. */
function path() {
  const named = process.env[name.toUpperCase().replaceAll("-", "_")];
  if (named) return named;
  const platform = `${name}-${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${platform}/bin/${name}`);
  } catch {
    throw new Error(
      `${name}: the package ${platform} is not installed. Either there is none for this `
      + "platform, or npm has left out optional dependencies (--omit=optional).",
    );
  }
}

module.exports = { path };
