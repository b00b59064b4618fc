// Makes a bare checkout ready, and returns at once when it is. Runs before `npm start` and `npm test`, so it is plain
// JavaScript that the machine's own Node 20 can run with nothing installed; what follows runs on the Node that the
// install brings, because npm puts node_modules/.bin first on the PATH.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NEEDS_NODE = 26;

if (!isInstalled()) await install();
requireOwnNode();
if (process.argv.includes("--test")) installPrograms("The tests", ["chromium", "ledger", "poppler-utils"]);
if (process.argv.includes("--demo")) installPrograms("The demonstration's proof of the books", ["ledger"]);

/** Whether node_modules holds what package-lock.json asks for. Contents are compared: checkouts do not keep file times. */
function isInstalled() {
  const installed = join(ROOT, "node_modules/.package-lock.json"); // npm writes it last
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  const found = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(
    // An optional package may be absent: it is for another platform.
    ([path, { version, optional, devOptional }]) => path === "" || found[path]?.version === version || (!(path in found) && (optional || devOptional)),
  );
}

async function install() {
  const started = performance.now();
  console.log("Installing the packages named in package-lock.json, among them Node and PostgreSQL for this machine.");
  // Scripts of packages are not run: none is needed, and each would be somebody else's program.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const child = node && npm
    ? spawn(node, [npm, ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] })
    : spawn("npm", args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const progress = setInterval(() => console.log(`  … ${seconds()} s`), 5000);
  const code = await new Promise((done) => {
    child.on("error", (error) => { said += error.message; done(1); });
    child.on("exit", done);
  });
  clearInterval(progress);
  if (code !== 0) stop(`The install failed:\n${said.trim()}`);
  console.log(`Installed in ${seconds()} s.`);
}

function requireOwnNode() {
  const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/node"), ["--version"], { encoding: "utf8", shell: process.platform === "win32" });
  const major = Number(/^v(\d+)/.exec(stdout ?? "")?.[1]);
  if (status === 0 && major >= NEEDS_NODE) return;
  if (Number(process.versions.node.split(".")[0]) >= NEEDS_NODE) return;
  stop(`No Node ${NEEDS_NODE} is packaged for ${process.platform}-${process.arch}. Install Node ${NEEDS_NODE} or newer yourself, and run this again.`);
}

/** The browser that walks through the screens, the program that recomputes our books, and the one that reads our papers. */
function installPrograms(what, wanted) {
  const known = [
    { debian: "chromium", programs: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] },
    { debian: "ledger", programs: ["ledger"] },
    { debian: "poppler-utils", programs: ["pdftotext"] },
  ];
  const missing = known.filter(({ debian }) => wanted.includes(debian)).filter(({ programs }) => !programs.some(onPath)).map(({ debian }) => debian);
  if (missing.length === 0) return;
  const advice = `${what} needs ${missing.join(" and ")}, which this machine lacks. Install with:\n  sudo apt-get install -y --no-install-recommends ${missing.join(" ")}\nor with your system's own package manager, and run this again.`;
  const become = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!onPath("apt-get") || (become.length > 0 && spawnSync("sudo", ["-n", "true"]).status !== 0)) stop(advice);
  console.log(`Installing: ${missing.join(", ")}`);
  const apt = (...args) => spawnSync([...become, "apt-get"][0], [...become, "apt-get", ...args].slice(1), { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  const attempt = () => apt("install", "-y", "--no-install-recommends", ...missing);
  let done = attempt();
  if (done.status !== 0) {
    apt("update"); // a fresh machine knows no packages yet
    done = attempt();
  }
  if (done.status !== 0) stop(`${done.stderr.trim()}\n\n${advice}`);
}

function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
