import { counted } from './counted.ts'

/** What was measured about numbers of pods, when a check did not pass. */
export const scalingMessages = {
  'scale-not-ready': ({ ready, wanted, after }: { ready: number; wanted: number; after: string }) =>
    `scaled to ${wanted}: ${ready} of ${wanted} ready after ${after}`,
  'scale-not-fewer': ({ pods, wanted, after }: { pods: number; wanted: number; after: string }) =>
    `scaled to ${wanted}: there ${pods === 1 ? 'is' : 'are'} ${counted(pods, 'pod')} after ${after}`,
  'scale-few-answered': ({ pods, wanted, sent }: { pods: number; wanted: number; sent: number }) =>
    `${pods} of ${wanted} pods answered, of ${sent} requests`,
  'scale-calm-lost': ({ lost, sent }: { lost: number; sent: number }) =>
    `${lost} of ${sent} requests lost after all was done`,
  'scale-number-stays': ({ found, wanted }: { found: number; wanted: number }) =>
    `applied again, and the wish is ${counted(found, 'pod')}; the file says ${wanted}`,
  'scale-number-lost': ({ found, wanted }: { found: number; wanted: number }) =>
    `scaled to ${wanted} by command; after the file was applied again there are to be ${found}`,
}
