/** What was measured when a check did not pass. Facts only: where to look stands in the evidence. */
export const liveMessages = {
  'live-absent': ({ what, namespace }: { what: string; namespace: string }) =>
    `there is no ${what} in namespace ${namespace}`,
  'live-replicas': ({ wanted, found }: { wanted: number; found: number }) => `${found} of ${wanted} asked for`,
  'live-not-ready': ({ ready, wanted, after }: { ready: number; wanted: number; after: string }) =>
    `${ready} of ${wanted} ready after ${after}`,
  'live-not-settled': ({ ready, wanted, after }: { ready: number; wanted: number; after: string }) =>
    `${ready} of ${wanted} ready after ${after}, and still going on`,
  'live-no-pods': ({ what }: { what: string }) => `${what} has no pod that runs`,
  'live-no-door': ({ what, type }: { what: string; type: string }) =>
    `${what} cannot be reached from outside: its type is ${type}`,
  'live-image': ({ what, found, wanted }: { what: string; found: string; wanted: string }) =>
    `${what} runs ${found}; asked for is ${wanted}`,
  'live-no-port': ({ what, wanted, found }: { what: string; wanted: number; found: string }) =>
    `${what} has no port ${wanted} that takes HTTP; it has ${found}`,
  'live-unanswered': ({ answered, sent }: { answered: number; sent: number }) => `${answered} of ${sent} answered`,
  'live-wrong-answer': ({ path, status, wanted }: { path: string; status: number; wanted: number }) =>
    `${path} answered with ${status}, not ${wanted}`,
  'live-text-missing': ({ path, found, wanted }: { path: string; found: string; wanted: string }) =>
    `the answer to ${path} has no ${wanted} in it: ${found}`,
  'live-few-pods': ({ pods, wanted, counts }: { pods: number; wanted: number; counts: string }) =>
    `${pods} of ${wanted} pods answered: ${counts}`,
  'live-silent': ({ lost, sent, silence, allowed }: { lost: number; sent: number; silence: string; allowed: string }) =>
    `${lost} of ${sent} requests lost; no answer for ${silence}, asked for: ${allowed}`,
  'live-lost': ({ lost, sent }: { lost: number; sent: number }) => `${lost} of ${sent} requests lost`,
  'live-not-replaced': ({ ready, wanted, after }: { ready: number; wanted: number; after: string }) =>
    `${ready} of ${wanted} ready ${after} after the pod was deleted`,
  'live-same-pod': ({ pod }: { pod: string }) => `${pod} is still the same pod (same UID)`,
  'live-owner': ({ what, found, wanted }: { what: string; found: string; wanted: string }) =>
    `${what} is owned by ${found}, not by ${wanted}`,
  'live-not-restarted': ({ pod, after }: { pod: string; after: string }) => `${pod} was not restarted within ${after}`,
  'live-restarted-late': ({ pod, after, allowed }: { pod: string; after: string; allowed: string }) =>
    `${pod} was away for ${after}; at most ${allowed} is asked for`,
  'live-heals-late': ({ least, most, allowed }: { least: number; most: number; allowed: string }) =>
    `by its numbers a hang takes ${least} to ${most} s to heal; at most ${allowed} is asked for`,
  'container-absent': ({ name, found }: { name: string; found: string }) =>
    `there is no container "${name}"; the pod has: ${found}`,
  'probe-absent': ({ container, others }: { container: string; others: string }) =>
    `container ${container} has no liveness probe${others && `; its ${others} is another question`}`,
  'probe-other-way': ({ container, found }: { container: string; found: string }) =>
    `the liveness probe of ${container} is ${found}, not a question over HTTP`,
  'probe-unanswered': ({ what, found }: { what: string; found: string }) =>
    `a healthy server does not answer its liveness probe well: ${what}: ${found}`,
  'probe-other-page': ({ found, wanted }: { found: string; wanted: string }) =>
    `the liveness probe asks ${found}; asked for is ${wanted}`,
  'live-pod-replaced': ({ pod, by }: { pod: string; by: string }) =>
    `${pod} was replaced by ${by}, not restarted in place`,
  'live-restarted': ({ pod, count }: { pod: string; count: number }) =>
    `${pod} was restarted ${count === 1 ? 'once' : `${count} times`}, and should not be`,
  'live-trigger-failed': ({ what, detail }: { what: string; detail: string }) => `${what} did not work: ${detail}`,
  'live-still-there': ({ pod }: { pod: string }) => `${pod} could not be deleted`,
  'live-phase': ({ pod, found, wanted }: { pod: string; found: string; wanted: string }) =>
    `${pod} is ${found}, not ${wanted}`,
  'live-field': ({ what, field, found, wanted }: { what: string; field: string; found: string; wanted: string }) =>
    `${what} has ${field} ${found}; asked for is ${wanted}`,
  'update-few-ready': ({ least, wanted }: { least: number; wanted: number }) =>
    `for a while only ${least} ${least === 1 ? 'pod was' : 'pods were'} ready; at every moment ${wanted} are asked for`,
  'update-many-pods': ({ most, wanted }: { most: number; wanted: number }) =>
    `for a while there were ${most} pods; at most ${wanted} are asked for`,
  'update-short-farewell': ({ pod, found, wanted }: { pod: string; found: string; wanted: string }) =>
    `${pod} answered for ${found} after it was asked to end; ${wanted} are asked for`,
  'unready-still-asked': ({ pod, after }: { pod: string; after: string }) =>
    `${pod} says since ${after} that it is not ready, and is still on the list`,
  'unready-late': ({ most, sum, allowed }: { most: number; sum: string; allowed: string }) =>
    `by its numbers a pod that says that it is not ready gets requests for up to ${most} s (${sum}); ${allowed} are allowed`,
  'unready-back-late': ({ most, sum, allowed }: { most: number; sum: string; allowed: string }) =>
    `by its numbers a pod that is ready again waits for up to ${most} s (${sum}) for its share; ${allowed} are allowed`,
  'unready-asked': ({ pod, count, sent }: { pod: string; count: number; sent: number }) =>
    `${count} of ${sent} requests went to ${pod}, which is not ready`,
  'unready-not-back': ({ pod, after }: { pod: string; after: string }) =>
    `${pod} is ready again, and after ${after} still not on the list`,
  'sync-drifted': ({ what, found, wanted, after }: { what: string; found: string; wanted: string; after: string }) =>
    `${what}: still ${found} after ${after}; the files say ${wanted}`,
  'sync-not-followed': ({
    what,
    found,
    wanted,
    after,
    of,
  }: {
    what: string
    found: string
    wanted: string
    after: string
    of: string
  }) => `${after} after ${of}, ${what} is ${found}; the files say ${wanted}`,
  'sync-recreated': ({ what }: { what: string }) => `${what} was deleted and made anew: its UID is another one`,
  'sync-ended': ({ what, how, when }: { what: string; how: string; when: string }) =>
    `${what} ended ${when}, with ${how}; it is to go on`,
  'answer-missing': ({ key, file, instead }: { key: string; file: string; instead: string }) =>
    instead ? `${key}: ${file} has "${instead}" instead` : `${key} in ${file} has no answer yet`,
  'answer-wrong': ({ key, found }: { key: string; found: string }) => `${key} is not ${found}`,
  'answer-not-a-number': ({ key, found }: { key: string; found: string }) =>
    `${key} is not ${found}; a number is asked for, in digits`,
  'answer-not-yes-or-no': ({ key, found }: { key: string; found: string }) =>
    `${key} is not ${found}; yes or no is asked for`,
  'answer-not-a-part': ({ key, found, parts }: { key: string; found: string; parts: string }) =>
    `${key}: "${found}" is no part of the table; the parts are ${parts}`,
  'live-too-busy': ({ found, slowest }: { found: string; slowest: string }) =>
    `${found}; but the machine was so busy that the API server itself took ${slowest} to answer: try again when it is not`,
  'live-job-undone': ({ job, after }: { job: string; after: string }) =>
    `every part runs, and yet within ${after} it was not so that ${job}`,
  'answer-other-job': ({ found, job }: { found: string; job: string }) => `with ${found} stopped, ${job} all the same`,
  'program-not-started': ({ what, detail }: { what: string; detail: string }) => `${what} did not start: ${detail}`,
  'program-not-listening': ({ what, port, after }: { what: string; port: number; after: string }) =>
    `${what} does not listen on port ${port} after ${after}`,
  'program-exit': ({ what, found, wanted }: { what: string; found: string; wanted: string }) =>
    `${what} ended with ${found}, not ${wanted}`,
  'program-cut-off': ({ what }: { what: string }) => `${what} was cut off`,
  'program-not-slow': ({ path, after }: { path: string; after: string }) =>
    `${path} was answered after ${after} already, so nothing was being answered when SIGTERM came`,
  'program-still-open': ({ what }: { what: string }) => `${what} still takes new connections after SIGTERM`,
  'program-still-runs': ({ what, after }: { what: string; after: string }) =>
    `${what} still runs ${after} after SIGTERM`,
  'live-other-start': ({ path, found, wanted }: { path: string; found: string; wanted: string }) =>
    `the answer to ${path} does not begin with ${wanted}: ${found}`,
  'image-not-built': ({ image }: { image: string }) => `${image} could not be built`,
  'image-no-user': ({ file }: { file: string }) => `${file} has no USER, so the image runs as root`,
  'image-as-root': ({ user }: { user: string }) => `the image runs as root: USER ${user}`,
  'image-pod-silent': ({ pod, after }: { pod: string; after: string }) => `pod ${pod} does not answer after ${after}`,
  'same-name': ({ name }: { name: string }) => `both say the same name: ${name}`,
}
