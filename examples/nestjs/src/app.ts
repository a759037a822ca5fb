import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AnalyticsModule } from '@wayside/nestjs'
import { OrdersController } from './orders.controller.ts'
import { ProductsController } from './products.controller.ts'
import { ReportsController } from './reports.controller.ts'
import { SystemController } from './system.controller.ts'

@Module({
  imports: [
    // The one line that counts. The server comes from WAYSIDE_URL; closing the app delivers what is queued.
    AnalyticsModule.forRoot({
      apiKey: process.env.WAYSIDE_API_KEY,
      getUserId: (request) => request.headers['x-api-user']?.toString(),
      // Proxies whose X-Forwarded-For is believed; none unless you name them.
      trustProxy: process.env.TRUST_PROXY?.split(',') ?? false,
      ignore: ['/__observed'],
    }),
  ],
  controllers: [SystemController, ProductsController, OrdersController, ReportsController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false })
app.enableShutdownHooks()
await app.listen(Number(process.env.PORT ?? 3004), '127.0.0.1')
console.log(`listening on ${await app.getUrl()}`)
