import { stripVTControlCharacters } from 'node:util'

/** Columns that a text takes on a terminal: colours take none, wide characters two. */
export default function stringWidth(text: string): number {
  let width = 0
  for (const char of stripVTControlCharacters(text)) width += WIDE.test(char) ? 2 : MARK.test(char) ? 0 : 1
  return width
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const MARK = /\p{Mark}/u
