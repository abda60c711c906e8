import { stripVTControlCharacters } from 'node:util';
import { fit, type Progress, type ProgressOptions, RunningTask, type Task } from './progress.js';

const REDRAW_EVERY_MS = 200;
const CLEAR_LINE = '\r\x1b[K';
const DEFAULT_COLUMNS = 80;

/** For terminals: finished tasks as plain lines, and below them one live line for what runs longest. */
export function createLiveProgress({ write, now, columns = DEFAULT_COLUMNS }: ProgressOptions): Progress {
  const running = new Set<RunningTask>();
  const draw = (): void => {
    const [oldest] = running;
    if (oldest === undefined) return;
    const others = running.size > 1 ? ` (and ${running.size - 1} more)` : '';
    write(`${CLEAR_LINE}${fit(oldest.describe(), columns - 1 - others.length)}${others}`);
  };
  const print = (line: string): void => {
    write(`${CLEAR_LINE}${line}\n`);
    draw();
  };
  const timer = setInterval(draw, REDRAW_EVERY_MS);
  timer.unref();
  return {
    begin(label): Task {
      const task = new RunningTask(label, now);
      running.add(task);
      draw();
      return {
        line(text) {
          task.latest = stripVTControlCharacters(text).trim();
        },
        end(outcome) {
          running.delete(task);
          print(`${label}: ${outcome} after ${task.elapsed()}`);
        },
      };
    },
    note: print,
    close() {
      clearInterval(timer);
      write(CLEAR_LINE);
    },
  };
}
