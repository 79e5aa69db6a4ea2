// Firms and readers at the venue that the environment names: EMX_PORT, EMX_MARKET_DATA_PORT,
// EMX_PASSWORD, EMX_FOLDER (to write to), and how to speak: EMX_BEGIN_STRING, and EMX_TLS, a folder
// with authority.pem and, for each CompID, its certificate and key; empty: without TLS.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, patience_ms } from './client.mjs'
import { write_dictionary } from './dictionary.mjs'

const {
  EMX_PORT, EMX_MARKET_DATA_PORT, EMX_PASSWORD, EMX_FOLDER, EMX_BEGIN_STRING, EMX_TLS
} = process.env
export const folder = EMX_FOLDER
export const is_fixt = EMX_BEGIN_STRING === 'FIXT.1.1'
export const voc = 'VOC.AIR.YRD.IND.2630'
export const price = 11980

const dictionary = write_dictionary(EMX_FOLDER, EMX_BEGIN_STRING)

// The venue's certificate bears its CompID, not an address.
const tls_of = (comp_id) => EMX_TLS && {
  ca: readFileSync(join(EMX_TLS, 'authority.pem')),
  cert: readFileSync(join(EMX_TLS, `${comp_id}.pem`)),
  key: readFileSync(join(EMX_TLS, `${comp_id}.key`)),
  checkServerIdentity: (_, { subject }) => subject.CN === 'EMX' ? undefined : new Error('not the venue')
}

export const client = (comp_id, password = EMX_PASSWORD, more = {}) => new Client({
  port: Number(EMX_PORT),
  password,
  folder: EMX_FOLDER,
  comp_id,
  dictionary,
  begin_string: EMX_BEGIN_STRING,
  tls: tls_of(comp_id),
  ...more
})

// Of market data.
export const reader = (comp_id, more) => client(comp_id, EMX_PASSWORD, {
  port: Number(EMX_MARKET_DATA_PORT), target_sub_id: 'MARKET', starts_again: true, ...more
})

// Who runs this does what a file of that name asks for, and writes what came of it to another.
export async function ask (name) {
  const done = join(folder, `${name}.done`)
  writeFileSync(join(folder, name), '')
  for (let waited = 0; waited < 2 * patience_ms; waited += 20) {
    if (existsSync(done)) return readFileSync(done, 'utf8')
    await pause(20)
  }
  throw new Error(`waited ${2 * patience_ms} ms for ${done}`)
}

export const order = (id, account, side, quantity, more = {}) => ({
  ClOrdID: id,
  Account: account,
  Instrument: { Symbol: voc },
  Side: side,
  TransactTime: new Date(),
  OrderQtyData: { OrderQty: quantity },
  OrdType: '2',
  Price: price,
  TimeInForce: '0',
  ...more
})
