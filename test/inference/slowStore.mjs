// @ts-check
// A store process that tells its pid, and cleans up for two seconds when its host is gone.
process.on('disconnect', () => setTimeout(() => process.exit(), 2000));
process.on('message', () => process.stderr.write(`${process.pid}\n`));
