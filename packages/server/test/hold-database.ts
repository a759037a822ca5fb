import process from 'node:process'
import { DuckDBInstance } from '@duckdb/node-api'

// Opens a database and keeps it open until it is killed.
const [path = ''] = process.argv.slice(2)
await DuckDBInstance.create(path)
process.send?.('open')
setInterval(() => undefined, 1_000)
