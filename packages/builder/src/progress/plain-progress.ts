import { fit, type Progress, type ProgressOptions, RunningTask, type Task } from './progress.js';

const REPORT_EVERY_MS = 15_000;
/** A statement that failed may be thousands of characters long. */
const LINE_WIDTH = 160;

/** For logs: a line at each start and each end, and one every 15 seconds for what still runs. */
export function createPlainProgress({ write, now }: ProgressOptions): Progress {
  const running = new Set<RunningTask>();
  const timer = setInterval(() => {
    for (const task of running) write(`${task.describe()}\n`);
  }, REPORT_EVERY_MS);
  timer.unref();
  return {
    begin(label): Task {
      const task = new RunningTask(label, now);
      running.add(task);
      write(`${label}\n`);
      return {
        line(text) {
          task.latest = fit(text.trim(), LINE_WIDTH);
        },
        end(outcome) {
          running.delete(task);
          write(`${label}: ${outcome} after ${task.elapsed()}\n`);
        },
      };
    },
    note(text) {
      write(`${text}\n`);
    },
    close() {
      clearInterval(timer);
    },
  };
}
