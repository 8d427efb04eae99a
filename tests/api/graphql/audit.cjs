// Runs the audits of graphql-http against one URL and prints their results as JSON.
// node audit.cjs FOLDER URL: FOLDER is where graphql-http is installed.
const { createRequire } = require("node:module");

const [folder, url] = process.argv.slice(2);
const { serverAudits } = createRequire(`${folder}/`)("graphql-http");

(async () => {
  const results = [];
  for (const audit of serverAudits({ url, fetchFn: fetch })) {
    const { id, name, status, reason } = await audit.fn();
    results.push({ id, name, status, reason: reason ?? null });
  }
  console.log(JSON.stringify(results));
})();
