import process from 'node:process'
import { Module } from '@nestjs/common'
import { AnalyticsModule } from '@wayside/nestjs'
import { OperationsController } from './operations.controller.ts'
import { RequestCount } from './request-count.ts'
import { ShopController } from './shop.controller.ts'
import { TenantOrdersController } from './tenant-orders.controller.ts'

@Module({
  imports: [
    // The one line that Wayside needs; all but the key is optional.
    AnalyticsModule.forRoot({
      apiKey: process.env.WAYSIDE_API_KEY,
      getUserId: (request) => request.headers['x-api-user']?.toString(),
      trustProxy: process.env.TRUST_PROXY?.split(',') ?? false,
      ignore: ['/__observed'],
    }),
  ],
  controllers: [OperationsController, ShopController, TenantOrdersController],
  providers: [RequestCount],
})
export class AppModule {}
