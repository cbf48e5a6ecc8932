import { AirloomError } from "@airloom/core";
import type { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Makes a command one that asks before it does what cannot be taken back: it gets `--yes`, and without it is refused at
 * once where nobody can answer, before anything is looked up. The question itself is asked by `confirm`.
 */
export function asksFirst(command: Command, terminal: Terminal): Command {
  return command.option("-y, --yes", "do not ask", false).hook("preAction", () => {
    if (command.opts()["yes"] === true || terminal.isInteractive) return;
    throw cannotAsk(`whether to go ahead with "${command.parent?.name()} ${command.name()}"`);
  });
}

/**
 * Asks before something is done that cannot be taken back. Where nobody can answer it refuses, and says that `--yes` does
 * it without a question.
 */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.isInteractive) throw cannotAsk(`"${question}"`);
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({ message: question, initialValue: false });
  if (prompts.isCancel(answer)) process.exitCode = EXIT.interrupted;
  return answer === true;
}

function cannotAsk(what: string): AirloomError {
  return new AirloomError(
    "input.invalid",
    `Cannot ask ${what}: this is no terminal. Pass --yes to go ahead without the question`,
  );
}
