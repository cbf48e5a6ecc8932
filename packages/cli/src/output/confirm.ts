import { AirloomError } from "@airloom/core";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks before something is done that cannot be taken back. Where nobody can answer it refuses, and says that `--yes` does
 * it without a question.
 */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.isInteractive) {
    throw new AirloomError(
      "input.invalid",
      `Cannot ask "${question}": this is no terminal. Pass --yes to go ahead without the question`,
    );
  }
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({ message: question, initialValue: false });
  if (prompts.isCancel(answer)) process.exitCode = EXIT.interrupted;
  return answer === true;
}
