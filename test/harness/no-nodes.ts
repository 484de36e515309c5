import type { NodeConnector } from '../../cluster/apiserver/node-connector.ts'

const nobody = () => Promise.reject(new Error('there are no nodes'))

/** The way to the nodes of a cluster that has none; a test replaces what it needs. */
export const noNodes: NodeConnector = { logs: nobody, dial: nobody, reach: nobody, localhost: nobody }
