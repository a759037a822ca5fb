#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`wayside needs Node 22.19 or newer, and this is ${process.versions.node}. Install a newer Node and run it again.`)
  process.exit(1)
}

// Read once, when the pool starts: queries of the store must leave threads for writing the journal to disk.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(8, availableParallelism() + 4))

// node:sqlite announces on each start that it may change; that is for us to follow, not for whoever runs this.
const emitWarning = process.emitWarning
process.emitWarning = (warning, ...rest) => {
  if (String(warning).startsWith('SQLite is an experimental feature')) return
  Reflect.apply(emitWarning, process, [warning, ...rest])
}

const main = new URL('../dist/cli/main.js', import.meta.url)
if (!existsSync(main)) {
  console.error('wayside is not built here. In a checkout run `npm run build` first.')
  process.exit(1)
}
await import(main.href)
