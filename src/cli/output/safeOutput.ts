import { visibleText } from '../../shared/visibleText.js';
import type { OutputStream } from './cliIo.js';
import { asControlSequences } from './style.js';

/**
 * All that commands write goes through here. Licences, names, file names and documents come from elsewhere: what could act on a
 * terminal becomes visible, in pipes and files too, as they end on terminals. Only our own colours act.
 */
export class SafeOutput implements OutputStream {
  constructor(private readonly stream: OutputStream) {}

  get isTTY(): boolean {
    return this.stream.isTTY === true;
  }

  get columns(): number {
    return this.stream.columns ?? 0;
  }

  write(text: string): boolean {
    return this.stream.write(asControlSequences(visibleText(text)));
  }

  writeExact(text: string): boolean {
    return this.isTTY ? this.write(text) : this.stream.write(text);
  }

  once(event: 'drain', listener: () => void): unknown {
    return this.stream.once(event, listener);
  }
}
