type WrapOptions = {
  readonly width: number;
  readonly breaksLongWords: boolean;
  readonly breaksOnHyphens: boolean;
  readonly separator: string;
};

/** Wraps each line of a text at a width, as Jinja's `wordwrap`. */
export function wrapText(text: string, options: WrapOptions): string {
  const lines = text.split(/\r\n|\n|\r/u);
  if (lines.at(-1) === "") lines.pop();
  return lines
    .map((line) => wrapLine(line, options).join(options.separator))
    .join(options.separator);
}

function wrapLine(line: string, options: WrapOptions): readonly string[] {
  const result: string[] = [];
  let current = "";
  for (const chunk of chunksOf(line, options)) {
    if (current.length + chunk.length <= options.width) {
      current += chunk;
      continue;
    }
    if (current.trim() !== "") result.push(current.trimEnd());
    current = result.length === 0 || chunk.trim() !== "" ? chunk.trimStart() : "";
    while (options.breaksLongWords && options.width > 0 && current.length > options.width) {
      result.push(current.slice(0, options.width));
      current = current.slice(options.width);
    }
  }
  if (current.trimEnd() !== "") result.push(current.trimEnd());
  return result;
}

function chunksOf(line: string, options: WrapOptions): readonly string[] {
  const words = line.split(/(\s+)/u).filter((part) => part !== "");
  if (!options.breaksOnHyphens) return words;
  return words.flatMap((word) => word.split(/(?<=[\p{L}\p{N}]-)(?=[\p{L}])/u));
}
