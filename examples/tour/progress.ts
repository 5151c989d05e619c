/** One line that says which step runs: rewritten in place on a terminal, a line per step elsewhere. */
const WIDTH = 24;

export interface Progress {
  readonly step: (title: string) => void;
  readonly done: () => void;
}

export function progress(total: number, out: NodeJS.WriteStream = process.stderr): Progress {
  let count = 0;
  const line = (title: string): string => {
    const filled = Math.round((count / total) * WIDTH);
    return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${String(count).padStart(2)} of ${total}  ${title}`;
  };
  const write = (title: string): void => {
    if (out.isTTY) out.write(`\r\u001b[2K${line(title).slice(0, (out.columns || 80) - 1)}`);
    else out.write(`${line(title)}\n`);
  };
  return {
    step: title => {
      count++;
      write(title);
    },
    done: () => {
      if (out.isTTY) out.write('\r\u001b[2K');
    },
  };
}
