import { AirloomError } from "@airloom/core";
import type { Terminal } from "./terminal.ts";

/** Asks for a secret without showing it, or takes all of standard input where that is not a keyboard. */
export async function readSecret(question: string, terminal: Terminal): Promise<string> {
  if (process.stdin.isTTY !== true) {
    const text = await readStandardInput();
    if (text !== "") return text;
    throw new AirloomError(
      "input.invalid",
      `Cannot read "${question}" from standard input: it is empty`,
    );
  }
  if (!terminal.isInteractive) {
    throw new AirloomError(
      "input.invalid",
      `Cannot ask "${question}": this is no terminal. Pipe it in, such as: echo "$SECRET" | airloom …`,
    );
  }
  const { password } = await import("@clack/prompts");
  const answer = await password({ message: question });
  if (typeof answer !== "string")
    throw new AirloomError("input.invalid", `Cannot read "${question}": nothing was entered`);
  return answer;
}

async function readStandardInput(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) text += String(chunk);
  return text.trim();
}
