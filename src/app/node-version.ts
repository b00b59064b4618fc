// First line of every program: an older Node would run most of this and fail somewhere in the middle.
if (Number(process.versions.node.split(".")[0]) < 26) {
  console.error(`Loanwright needs Node 26; this is ${process.versions.node}. Start it with "npm start", which brings its own.`);
  process.exit(1);
}
