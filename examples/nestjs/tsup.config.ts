import { defineConfig } from 'tsup'
import { example } from '../../tsup.base.ts'

export default defineConfig(example)
