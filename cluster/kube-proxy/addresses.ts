/** Where things lie in the practice cluster's network: kubeadm's defaults. */
export const CLUSTER_CIDR = '10.244.0.0/16'
export const SERVICE_CIDR = '10.96.0.0/12'
/** The `kubernetes` Service: the API server as pods see it. */
export const API_SERVER_IP = '10.96.0.1'

/** Whether an IPv4 address lies in a network of the form `10.244.0.0/16`. */
export function isWithin(cidr: string, address: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/')
  const [a, b] = [toNumber(network), toNumber(address)]
  if (a === undefined || b === undefined) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(a / size) === Math.floor(b / size)
}

function toNumber(address: string): number | undefined {
  const parts = address.split('.')
  if (parts.length !== 4) return undefined
  let number = 0
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    number = number * 256 + Number(part)
  }
  return number
}
