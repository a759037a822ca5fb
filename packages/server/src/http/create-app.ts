import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { PARTS } from '../config/roles.ts'
import { authRoutes } from './auth/auth-routes.ts'
import { compatRoutes } from './compat/compat-routes.ts'
import { createHttpServer } from './create-http-server.ts'
import { demoRoute } from './demo-route.ts'
import { serveDashboard } from './dashboard-files.ts'
import { deliveryRoute } from './delivery-route.ts'
import { answerClientError, answerErrors, sendProblem, toProblemError } from './errors.ts'
import { eventsRoute } from './events-route.ts'
import { healthRoutes } from './health-routes.ts'
import { createIntakeGate } from './intake-gate.ts'
import { describeApi, serveApiDocs } from './openapi.ts'
import { keysRoutes } from './keys-routes.ts'
import { latencyRoute } from './latency-route.ts'
import { liveRoute } from './live/live-route.ts'
import { overviewRoute } from './overview-route.ts'
import { erasuresRoutes } from './erasures-routes.ts'
import { exportsRoutes } from './exports/exports-routes.ts'
import { rawFilesRoutes } from './exports/raw-files-routes.ts'
import { metricsRoute } from './metrics-route.ts'
import { maintenanceRoutes } from './monitors/maintenance-routes.ts'
import { monitorHistoryRoutes } from './monitors/monitor-history-routes.ts'
import { alertsRoutes } from './alerts/alerts-routes.ts'
import { channelsRoutes } from './alerts/channels-routes.ts'
import { monitorsRoutes } from './monitors/monitors-routes.ts'
import { savedViewsRoutes } from './saved-views-routes.ts'
import { statusPageRoutes } from './status-page/status-page-routes.ts'
import { statusPagesRoutes } from './monitors/status-pages-routes.ts'
import { mailReportsRoutes } from './mail-reports/mail-reports-routes.ts'
import { producersRoute } from './producers-route.ts'
import { projectRoutes } from './project-routes.ts'
import { detailRoutes } from './query/detail-routes.ts'
import { projectsRoutes } from './projects-routes.ts'
import { queryRoutes } from './query/query-routes.ts'
import { tableRoutes } from './query/table-routes.ts'
import { requestRoute } from './request-route.ts'
import { requestsRoute } from './requests-route.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { shareDoorRoutes } from './share/share-door-routes.ts'
import { sharesRoutes } from './share/shares-routes.ts'
import type { IntakeServices, Services } from './services.ts'

/** Small bodies that are not events: keys and the like. */
const MAX_SMALL_BODY_BYTES = 16 * 1024

/** The HTTP side of the server: all its routes on one host, ready to listen. */
export async function createApp(services: Services, intake: IntakeServices | null): Promise<FastifyInstance> {
  const { settings, log } = services
  const metrics = services.metrics?.metrics ?? null
  const app = Fastify({
    serverFactory: (handler) => createHttpServer(settings, handler),
    logger: false,
    bodyLimit: MAX_SMALL_BODY_BYTES,
    trustProxy: settings.trustProxy.length === 0 ? false : [...settings.trustProxy],
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => sendProblem(reply, toProblemError(error, request, log)),
    routerOptions: { ignoreDuplicateSlashes: true },
    // Unknown parameters are faults to tell, not to drop; `verbose` keeps the value that was wrong.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, verbose: true } },
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.decorateRequest('principal', null)
  app.decorateRequest('person', null)
  addSecurityHeaders(app, { isTls: settings.tls !== null })
  answerErrors(app, settings, log, (rule) => metrics?.refused(rule))
  app.addHook('onResponse', async (request, reply) => {
    // The route as registered: an address as sent may hold what must not be logged.
    const [{ method }, route, status] = [request, request.routeOptions.url ?? null, reply.statusCode]
    log.debug('request', { method, route, status, ms: Math.round(reply.elapsedTime) })
    metrics?.answered({ method, route, status, ms: reply.elapsedTime })
  })

  const { answers, page } = PARTS[settings.role]
  const gate = intake === null ? null : createIntakeGate({ ...services, ...intake })
  await describeApi(app, settings.basePath)
  await app.register(
    async (scope) => {
      if (gate !== null) await scope.register(eventsRoute(services, gate))
      if (answers) await scope.register(answerRoutes(services))
      await scope.register(compatRoutes(services, gate))
      await scope.register(healthRoutes(services))
      if (services.metrics !== null) await scope.register(metricsRoute(services.metrics.metrics, services.metrics.token))
      await serveApiDocs(scope, settings.basePath)
      if (page) {
        await serveDashboard(scope, services)
        await scope.register(demoRoute(services))
      }
    },
    { prefix: settings.basePath },
  )
  return app
}

/** What a server that answers questions answers. */
const answerRoutes =
  (services: Services): FastifyPluginAsync =>
  async (scope) => {
    await scope.register(requestsRoute(services))
    await scope.register(requestRoute(services))
    await scope.register(overviewRoute(services))
    await scope.register(queryRoutes(services))
    await scope.register(tableRoutes(services))
    await scope.register(detailRoutes(services))
    await scope.register(latencyRoute(services))
    await scope.register(liveRoute(services))
    await scope.register(producersRoute(services))
    await scope.register(deliveryRoute(services))
    await scope.register(projectRoutes(services))
    await scope.register(erasuresRoutes(services))
    await scope.register(exportsRoutes(services))
    await scope.register(rawFilesRoutes(services))
    await scope.register(mailReportsRoutes(services))
    await scope.register(monitorsRoutes(services))
    await scope.register(channelsRoutes(services))
    await scope.register(alertsRoutes(services))
    await scope.register(monitorHistoryRoutes(services))
    await scope.register(maintenanceRoutes(services))
    await scope.register(statusPagesRoutes(services))
    await scope.register(statusPageRoutes(services))
    await scope.register(savedViewsRoutes(services))
    await scope.register(sharesRoutes(services))
    await scope.register(shareDoorRoutes(services))
    await scope.register(projectsRoutes(services))
    await scope.register(keysRoutes(services))
    await scope.register(authRoutes(services))
  }
