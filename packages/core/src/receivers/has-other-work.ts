import process from 'node:process'

/**
 * What a socket that is opened or written to needs of the system. Node has no way to un-ref it, and the process lives
 * until it is done; and the standard streams, which are listed although no process lives for them.
 */
const OURS = new Set(['ConnectWrap', 'SimpleWriteWrap', 'WriteWrap', 'ShutdownWrap', 'GetAddrInfoReqWrap', 'PipeWrap', 'TTYWrap'])

/**
 * Whether anything keeps the process alive but sockets like ours, as far as Node tells. A host that lives for nothing
 * but a pipe or for work of a native addon is taken for done, which costs an attempt that could have gone on.
 */
export function hasOtherWork(resources: readonly string[] = process.getActiveResourcesInfo(), forked: boolean = process.connected): boolean {
  // A forked process lives for the channel to its parent, which is a pipe too.
  return forked || resources.some((resource) => !OURS.has(resource))
}
