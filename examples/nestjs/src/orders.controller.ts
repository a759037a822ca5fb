import { setTimeout as wait } from 'node:timers/promises'
import { Body, Controller, Get, HttpCode, Param, Post, UnauthorizedException, UnprocessableEntityException } from '@nestjs/common'

@Controller()
export class OrdersController {
  @Post('orders')
  async create(@Body() body: { productId?: unknown; quantity?: unknown } | undefined) {
    const { productId, quantity } = body ?? {}
    if (!Number.isInteger(productId) || !(Number(quantity) > 0))
      throw new UnprocessableEntityException('productId must be a whole number and quantity above 0')
    await wait(15 + Math.random() * 40)
    return { id: Math.floor(Math.random() * 1e6), productId, quantity }
  }

  @Post('login')
  @HttpCode(200)
  login(@Body() body: { password?: unknown } | undefined) {
    if (body?.password !== 'correct') throw new UnauthorizedException('wrong name or password')
    return { token: 'a-token' }
  }

  @Get('v1/tenants/:tenant/orders/:id')
  async one(@Param('tenant') tenant: string, @Param('id') id: string) {
    await wait(5)
    return { tenant, id, status: 'shipped' }
  }
}
