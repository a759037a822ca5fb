import type { Command } from 'commander'
import { SettingError } from '../config/settings.ts'
import { nearestWord } from '../nearest-word.ts'
import { quote } from '../http/problem.ts'

/** Refuses a first word that is no command. Without it `serve`, which needs no name, would be told to have one argument too many. */
export function checkCommand(program: Command, words: readonly string[]): void {
  const [word] = words
  const commands = ['help', ...program.commands.map((command) => command.name())]
  if (word === undefined || word.startsWith('-') || commands.includes(word)) return
  const nearest = nearestWord(word, commands)
  throw new SettingError(`there is no command ${quote(word)}. ${nearest === null ? '' : `Did you mean "${nearest}"? `}There are: ${commands.join(', ')}`)
}
