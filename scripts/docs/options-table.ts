import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../run-command.ts'

/** A table of the SDK's options from their declaration: name, type, default and meaning. */
export function optionsTable(): string {
  const path = join(root, 'packages/core/src/options.ts')
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const declaration = source.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === 'Options')
  if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) throw new Error(`${path} declares no Options`)
  const rows = declaration.members.filter(ts.isPropertySignature).map((member) => {
    const doc = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)
    const fallback = ts.getJSDocTags(member).find((tag) => tag.tagName.text === 'default')
    const type = (member.type?.getText() ?? '').replace(/ \| undefined$/, '')
    return `| \`${member.name.getText()}\` | \`${cell(type)}\` | ${fallback ? `\`${cell(textOf(fallback.comment))}\`` : ''} | ${cell(textOf(doc?.comment))} |`
  })
  return ['| option | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

function textOf(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(comment) ?? '').replace(/\s+/g, ' ').trim()
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
