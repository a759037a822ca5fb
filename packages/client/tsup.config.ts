import { defineConfig } from 'tsup'
import { sdk } from '../../tsup.base.ts'

export default defineConfig(sdk)
