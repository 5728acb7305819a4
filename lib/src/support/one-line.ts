/** A text as it may stand in an error line. Imports nothing, so that it is there when nothing else is. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, " ");
}
