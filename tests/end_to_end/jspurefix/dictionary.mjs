// The dictionaries are jspurefix's own: what the venue sends must be proper there. Only the messages
// that are spoken here stay in one, for reading it takes its time, and what is the venue's is added.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import jspurefix from 'jspurefix'

const { DefinitionFactory } = jspurefix
const require = createRequire(import.meta.url)

const spoken = [...'012345A', ...'89DFGHjqr', 'AE', 'AF', 'AR', 'BW', 'BX', 'BY', ...'VWXYxyefgh']
const own_tags = [
  [9701, 'RuleCode', 'INT'],
  [9702, 'ReplacementRatio', 'STRING'],
  [9703, 'CreditedQty', 'QTY'],
  [9704, 'RetiredQty', 'QTY'],
  [9705, 'Headroom', 'QTY'],
  [9706, 'LedgerSeq', 'STRING'],
  [9707, 'RuleSetId', 'STRING'],
  [9708, 'LocalOnly', 'BOOLEAN'],
  [9709, 'MaxRatio', 'STRING'],
  [9712, 'BlockMinutes', 'INT'],
  [9713, 'BlockNo', 'STRING']
]

// Of each message, or of the group in a component: what the venue has there and the standard not.
const reports = ['RuleCode', 'ReplacementRatio', 'CreditedQty', 'RetiredQty', 'LedgerSeq', 'RuleSetId']
const blocks = [...reports, 'BlockMinutes', 'BlockNo', 'ExpireTime', 'Text']
const numbers = ['ApplID', 'ApplSeqNum', 'ApplResendFlag']
const limits = ['LowLimitPrice', 'HighLimitPrice', 'TradingReferencePrice']
const added = {
  ExecutionReport: [...reports, 'TradeID'],
  OrderCancelReject: [...reports, ...numbers],
  OrderMassCancelReport: [...reports, ...numbers],
  TradeCaptureReport: blocks,
  TradeCaptureReportAck: [...blocks, ...numbers],
  MarketDataRequest: ['Account', 'LocalOnly', 'MaxRatio'],
  MarketDataSnapshotFullRefresh: ['TransactTime', 'RptSeq', 'LedgerSeq'],
  MarketDataIncrementalRefresh: ['TransactTime', 'LedgerSeq'],
  MDFullGrp: ['StateOrProvinceOfIssue', 'Side', 'Headroom'],
  MDIncGrp: ['Side', 'Headroom'],
  SecurityList: ['LedgerSeq'],
  SecurityStatus: ['TradingSessionSubID', ...limits, 'LedgerSeq'],
  TradingSessionStatus: ['LedgerSeq']
}
// FIX.4.4 has from here what came after it.
const later = [
  [965, 'SecurityStatus', 'STRING'],
  [969, 'MinPriceIncrement', 'FLOAT'],
  [996, 'UnitOfMeasure', 'STRING'],
  [1003, 'TradeID', 'STRING'],
  [1057, 'AggressorIndicator', 'BOOLEAN'],
  [1138, 'DisplayQty', 'QTY'],
  [1147, 'UnitOfMeasureQty', 'QTY'],
  [1148, 'LowLimitPrice', 'PRICE'],
  [1149, 'HighLimitPrice', 'PRICE'],
  [1150, 'TradingReferencePrice', 'PRICE'],
  [1180, 'ApplID', 'STRING'],
  [1181, 'ApplSeqNum', 'SEQNUM'],
  [1352, 'ApplResendFlag', 'BOOLEAN'],
  [1369, 'MassActionReportID', 'STRING'],
  [1938, 'AssetClass', 'INT'],
  [1940, 'AssetType', 'STRING'],
  [2304, 'NoAssetAttributes', 'NUMINGROUP'],
  [2305, 'AssetAttributeType', 'STRING'],
  [2306, 'AssetAttributeValue', 'STRING'],
  [2446, 'AggressorSide', 'CHAR']
]
const added_in_fix44 = {
  ExecutionReport: ['AggressorIndicator', 'DisplayQty', 'TrdMatchID', ...numbers],
  OrderMassCancelReport: ['MassActionReportID'],
  TradeCaptureReport: ['TradeID', ...numbers],
  TradeCaptureReportAck: ['MatchStatus', 'LastQty', 'LastPx', 'TrdCapRptSideGrp'],
  MDFullGrp: ['TradeID', 'TrdType', 'AggressorSide', 'SecurityTradingStatus', ...limits.slice(0, 2)],
  MDIncGrp: ['RptSeq', 'TradeID', 'TrdType', 'AggressorSide', 'SecurityTradingStatus', ...limits.slice(0, 2)],
  SecListGrp: ['SecurityStatus', 'AssetClass', 'AssetType', 'MinPriceIncrement', 'UnitOfMeasure',
    'UnitOfMeasureQty', ...limits],
  SecurityList: ['TotNoRelatedSym', 'LastFragment'],
  TradingSessionStatus: ['TradeDate', 'TransactTime']
}
const attributes = `<group name='NoAssetAttributes' required='N'>
<field name='AssetAttributeType' required='Y'/><field name='AssetAttributeValue' required='N'/></group>`

const use = (name) => `<${name.endsWith('Grp') ? 'component' : 'field'} name='${name}' required='N'/>`

function with_uses (text, uses) {
  for (const [name, fields] of Object.entries(uses)) {
    const place = name.endsWith('Grp')
      ? new RegExp(`(<component name='${name}'>\\s*<group [^>]*>\\s*<[^>]*>)`)
      : new RegExp(`(<message name='${name}'[^>]*>)`)
    if (!place.test(text)) throw new Error(`the dictionary has no ${name}`)
    text = text.replace(place, (start) => start + fields.map(use).join(''))
  }
  return text
}

export function write_dictionary (folder, begin_string) {
  const is_fix44 = begin_string === 'FIX.4.4'
  const name = is_fix44 ? 'FIX44.xml' : 'FIX50SP2.xml'
  const standard = join(dirname(require.resolve('jspurefix/package.json')), 'data', name)
  const fields = [...own_tags, ...(is_fix44 ? later : [])].map(([number, name, type]) =>
    `<field number='${number}' name='${name}' type='${type}'/>`).join('\n')
  let text = readFileSync(standard, 'utf8')
    .replaceAll(/<message [^>]*msgtype='([^']+)'[^]*?<\/message>/g,
      (message, type) => spoken.includes(type) ? message : '')
    .replace('<fields>', `<fields>\n${fields}`)
  text = with_uses(text, added)
  if (is_fix44) {
    text = with_uses(text, added_in_fix44)
      .replace(/(<component name='SecListGrp'>[^]*?)(<\/group>)/, `$1${attributes}$2`)
  }
  const file = join(folder, `${begin_string}.xml`)
  writeFileSync(file, text)
  return file
}

// The engine reads a dictionary again at each logon: once will do.
const read_dictionary = DefinitionFactory.prototype.getDefinitions
const dictionaries = new Map()
DefinitionFactory.prototype.getDefinitions = function (path, get_logger) {
  if (!dictionaries.has(path)) dictionaries.set(path, read_dictionary.call(this, path, get_logger))
  return dictionaries.get(path)
}
