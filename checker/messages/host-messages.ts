/** What was measured about hosts: where pods are, what the loss of a host does, and which tool a case asks for. Facts only. */
export const hostMessages = {
  'apart-no-rule': ({ what }: { what: string }) =>
    `nothing in the pod template of ${what} keeps its pods on different hosts`,
  'apart-together': ({ what }: { what: string }) =>
    `the pod template of ${what} pulls its pods together (podAffinity), and keeps none apart`,
  'apart-other-key': ({ found }: { found: string }) =>
    `the pods are kept apart by ${found}; a host is told by kubernetes.io/hostname`,
  'apart-matches-nobody': ({ rule, labels }: { rule: string; labels: string }) =>
    `the labelSelector of ${rule} does not match its own pods; they carry ${labels}`,
  'apart-loose': ({ skew, replicas }: { skew: number; replicas: number }) =>
    `maxSkew ${skew} lets all ${replicas} pods be on one host`,
  'apart-one-host': ({ pods, host }: { pods: number; host: string }) => `all ${pods} pods are on one host, ${host}`,
  'apart-crowded': ({ host, pods, most }: { host: string; pods: number; most: number }) =>
    `${host} has ${pods} of the pods; at most ${most} are asked for`,
  'host-left-late': ({ taint, found, wanted }: { taint: string; found: string; wanted: number }) =>
    `the pods stay bound to a host with ${taint} ${found}; at most ${wanted} s are asked for`,
  'host-silent': ({ silence, allowed, lost, sent }: { silence: string; allowed: string; lost: number; sent: number }) =>
    `${lost} of ${sent} requests lost; no answer for ${silence}, at most ${allowed} is asked for`,
  'host-still-asked': ({ lost, after }: { lost: number; after: string }) =>
    `${lost} requests lost later than ${after} after the loss was noticed`,
  'host-unnoticed': ({ host, after }: { host: string; after: string }) =>
    `the cluster had not noticed the loss of ${host} after ${after}`,
  'host-not-replaced': ({ ready, wanted, after }: { ready: number; wanted: number; after: string }) =>
    `${ready} of ${wanted} ready on other hosts ${after} after the loss`,
  'choice-missing': ({ which, part, file }: { which: string; part: string; file: string }) =>
    `${which} in ${file} has no ${part} yet`,
  'choice-unknown': ({ which, part, found, known }: { which: string; part: string; found: string; known: string }) =>
    `${which}: "${found}" is no ${part}; there are ${known}`,
  'choice-lacks': ({ which, tool, lacks }: { which: string; tool: string; lacks: string }) =>
    `${which}: the case asks for what ${tool} does not give: ${lacks}`,
  'choice-not-asked': ({ which, fact }: { which: string; fact: string }) => `${which}: "${fact}" is not in the case`,
  'choice-decides-nothing': ({ which, fact, tools }: { which: string; fact: string; tools: string }) =>
    `${which}: "${fact}" is true, and decides nothing: without it the case still leaves ${tools}`,
}
