/** A progress bar on a terminal, a line every tenth elsewhere. */
export function progressBar(title: string, total: number): { tick(more?: number): void; done(): void } {
  let count = 0;
  let shown = -1;
  const draw = (share: number) => {
    if (process.stderr.isTTY) {
      const filled = Math.round(share * 30);
      process.stderr.write(`\r${title.padEnd(34)} ${"█".repeat(filled)}${"·".repeat(30 - filled)} ${String(Math.round(share * 100)).padStart(3)} % ${count}/${total} `);
    } else if (Math.floor(share * 10) > shown) {
      shown = Math.floor(share * 10);
      process.stderr.write(`${title}: ${count}/${total}\n`);
    }
  };
  return {
    tick: (more = 1) => {
      count += more;
      if (process.stderr.isTTY ? more > 1 || count % 5 === 0 || count === total : true) draw(total === 0 ? 1 : count / total);
    },
    done: () => {
      draw(1);
      if (process.stderr.isTTY) process.stderr.write("\n");
    },
  };
}
