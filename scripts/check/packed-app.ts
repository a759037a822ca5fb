import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { packed } from '../pack-all.ts'
import { type Program, startProgram } from '../program.ts'
import { runCommand } from '../run-command.ts'

const REQUESTS = 25

/**
 * What a stranger does: installs the packages into an empty folder with npm, starts `wayside`, adds the line to an app
 * and looks for its requests, by the command and by the client. Once with an ESM app, once with a CommonJS app.
 */
export async function checkPackedApp(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-packed-'))
  const programs: Program[] = []
  try {
    writeFileSync(join(folder, 'package.json'), '{ "name": "a-new-app", "private": true }\n')
    const tarballs = [...packed()].filter(([name]) => name !== 'nestjs').map(([, path]) => `file:${path}`)
    await runCommand('npm', ['install', '--no-audit', '--no-fund', ...tarballs, 'express@5'], { cwd: folder, quiet: true })
    writeFileSync(join(folder, 'app.mjs'), `import express from 'express'\nimport { analytics } from '@wayside/express'\n${APP}`)
    writeFileSync(join(folder, 'app.cjs'), `const express = require('express')\nconst { analytics } = require('@wayside/express')\n${APP}`)

    // The command's first line asks the PATH for Node.
    const env = { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }
    const wayside = join(folder, 'node_modules/.bin/wayside')
    const server = await startProgram('wayside', wayside, ['serve', '--port', '0', '--data', join(folder, 'data')], { cwd: folder, env })
    programs.push(server)
    const key = String(await (await fetch(`${server.url}/api/generate`, { method: 'POST' })).json())
    for (const file of ['app.mjs', 'app.cjs']) {
      const app = await startProgram(file, process.execPath, [file], { cwd: folder, env: { WAYSIDE_API_KEY: key, WAYSIDE_URL: server.url } })
      programs.push(app)
      for (let i = 0; i < REQUESTS; i++) await (await fetch(`${app.url}/hello/${i}`)).text()
      await app.end()
    }
    await stored(server.url, key, 2 * REQUESTS)
    writeFileSync(join(folder, 'ask.mjs'), `import { createClient } from '@wayside/client'\n${ASK}`)
    writeFileSync(join(folder, 'ask.cjs'), `const { createClient } = require('@wayside/client')\n${ASK}`)
    const reader = { cwd: folder, quiet: true, env: { ...env, WAYSIDE_URL: server.url, WAYSIDE_READ_KEY: key } }
    for (const [command, ...args] of [[wayside, 'query', 'requests', '--range', '1h', '--csv'], [process.execPath, 'ask.mjs'], [process.execPath, 'ask.cjs']] as const) {
      const said = await runCommand(command, args, reader)
      if (said.trim() !== `requests\r\n${2 * REQUESTS}`) throw new Error(`${[command, ...args].join(' ')} said ${JSON.stringify(said.slice(0, 500))}`)
    }
    await server.end()
    return `${2 * REQUESTS} requests of an ESM and a CommonJS app stored, and asked for by command and client`
  } finally {
    for (const program of programs) program.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

const APP = `
const app = express()
const wayside = analytics(process.env.WAYSIDE_API_KEY)
app.use(wayside)
app.get('/hello/:name', (req, res) => res.send('hello ' + req.params.name))
const server = app.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
process.on('SIGTERM', () => server.close(async () => {
  await wayside.close()
  process.exit(0)
}).closeAllConnections())
`

const ASK = `
const client = createClient({ url: process.env.WAYSIDE_URL, apiKey: process.env.WAYSIDE_READ_KEY })
client.query({ metrics: ['requests'], range: '1h' }).then(({ columns, rows }) => console.log(columns[0].key + '\\r\\n' + rows[0][0]))
`

/** Waits until the overview counts the requests. */
async function stored(url: string, key: string, requests: number): Promise<void> {
  let seen: unknown
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const answer = await fetch(`${url}/api/v1/overview?period=1h`, { headers: { authorization: `Bearer ${key}` } })
    seen = await answer.json()
    if ((seen as { totals?: { requests?: number } }).totals?.requests === requests) return
  }
  throw new Error(`${requests} requests were sent, the overview says ${JSON.stringify(seen).slice(0, 500)}`)
}
