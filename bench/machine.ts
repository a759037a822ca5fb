import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import process from 'node:process'

/** One line about the machine that figures come from: cores, processor, memory, kernel, Node. No names of hosts. */
export function describeMachine(): string {
  const cores = availableParallelism()
  const gib = (totalmem() / 1024 ** 3).toFixed(0)
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${cores} ${cores === 1 ? 'core' : 'cores'} (${processor}), ${gib} GiB, ${type()} ${release()}, Node ${process.versions.node}`
}

/** The day on which figures were measured, such as `2026-01-31`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
