import 'reflect-metadata'
import process from 'node:process'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.ts'
import { RequestCount } from './request-count.ts'

const app = await NestFactory.create(AppModule, { logger: false })
app.setGlobalPrefix('v1', { exclude: ['health', '__observed'] })
app.get(RequestCount).watch(app.getHttpServer())
// New requests are refused, running ones end, and what is still queued is delivered.
app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true })

await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
console.log(`listening on ${await app.getUrl()}`)
