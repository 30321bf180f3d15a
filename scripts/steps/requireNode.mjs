/** The oldest Node that all tools used here support. */
const OLDEST = { major: 20, minor: 19 };

/** Ends the program with a clear message when this Node is too old for what follows. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    const oldest = `${OLDEST.major}.${OLDEST.minor}`;
    console.error(`Infill needs Node ${oldest} or newer; this is ${process.version}. Get one at https://nodejs.org.`);
    process.exit(1);
  }
}
