import { Controller, Delete, Get, HttpCode, NotFoundException, Param } from '@nestjs/common'
import { findOrder } from '../../shop/shop.ts'

/** A controller under a path with a parameter: Wayside names its routes in full, `/v1/tenants/:tenant/orders/:id`. */
@Controller('tenants/:tenant/orders')
export class TenantOrdersController {
  @Get(':id')
  find(@Param('tenant') tenant: string, @Param('id') id: string) {
    const order = findOrder(tenant, id)
    if (order === undefined) throw new NotFoundException('no such order')
    return order
  }

  @Delete(':id')
  @HttpCode(204)
  remove() {}
}
