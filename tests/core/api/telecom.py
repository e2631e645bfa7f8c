"""A small CRM in YAML that has one of everything that the API shows."""

from tests.core.models import model_of

from sidra_metamodel.model import Model

PARTY = """
entity: party
abstract: true
api: {tmf: TMF632, path: party/v4}
title: display_name
attributes:
  display_name: {type: string, compute: {by: "'?'", stored: true}, search: true, sort: true}
relations:
  contact_media: {to: contact_medium, many: true, owned: true, inverse: party, api_name: contactMedium}
"""
INDIVIDUAL = """
entity: individual
is_a: party
attributes:
  given_name: {type: string, required: true, max_length: 60, filter: true}
  family_name: {type: string, required: true, max_length: 60, filter: true, sort: true}
  display_name: {compute: {by: "given_name + ' ' + family_name", stored: true}}
  birth_date: {type: date, filter: true}
  status: {type: enum, enum: individual_status}
  secret: {type: string, pii: [sensitive], mask: "•••• {last:2}"}
  traits: {type: characteristics, api_name: individualCharacteristic}
lifecycle:
  attribute: status
  initial: initialized
  transitions:
    validate: {from: [initialized], to: validated}
    decease: {from: [initialized, validated], to: deceased}
"""
ORGANIZATION = """
entity: organization
is_a: party
attributes:
  trading_name: {type: string, required: true, filter: true}
  display_name: {compute: {by: "trading_name", stored: true}}
"""
STATUS = """
enum: individual_status
values: {initialized: {}, validated: {}, deceased: {api_name: deceaded}, x_sn_in_doubt: {}}
"""
MEDIUM = """
entity: contact_medium
closed: true
api: {nest: {phone_number: characteristic.phoneNumber, email: characteristic.emailAddress}}
attributes:
  medium_type: {type: string}
  phone_number: {type: string, max_length: 20}
  email: {type: string}
relations:
  party: {to: party}
"""
CUSTOMER = """
entity: customer
closed: true
api: {tmf: TMF629, path: customerManagement/v4}
title: name
attributes:
  name: {type: string, required: true, search: true, sort: true}
  number: {type: string, unique: true}
  credit: {type: money, filter: true}
  score: {type: integer, filter: true, sort: true, min: 0, max: 100}
  rate: {type: decimal}
  since: {type: datetime, filter: true}
  valid_for: {type: period, filter: true}
  vip: {type: boolean, filter: true}
  address: {type: address}
relations:
  engaged_party: {to: party, required: true}
  tickets: {to: trouble_ticket, many: true, inverse: customer}
"""
TICKET = """
entity: trouble_ticket
closed: true
api: {path: troubleTicket/v4, related_party: {customer: customer, reporter: originator}}
attributes:
  description: {type: string, required: true, filter: true}
  severity: {type: enum, enum: severity, filter: true}
  age: {type: duration, compute: "now - created_at"}
  shout: {type: string, compute: "upperAscii(description)"}
relations:
  customer: {to: customer}
  reporter: {to: party}
  about: {to: any}
  affected: {to: customer, many: true}
  seen_by: {to: [individual, organization], many: true}
"""
SEVERITY = "enum: severity\nvalues: {low: {}, very_high: {}}\n"
BILL = """
entity: bill
api: {path: bill/v4, operations: [get]}
attributes:
  amount: {type: money}
"""
READER = """
role: reader
may:
  party: {do: [read], columns: {secret: mask}}
  customer: {do: [read]}
"""
AGENT = """
role: agent
may:
  party: {do: [create, read, update, delete, validate, decease], columns: {secret: edit}}
  customer: {do: [create, read, update, delete]}
  trouble_ticket: {do: [create, read, update, delete]}
  bill: {do: [read]}
"""
CLERK = "role: clerk\nmay:\n  customer: {do: [read]}\n"
OUTSIDER = "role: outsider\nmay:\n  bill: {do: [read]}\n"
LOCAL = """
entity: organization
attributes:
  x_sn_ninea: {type: string, filter: true}
"""

DOCUMENTS = (
    PARTY,
    INDIVIDUAL,
    ORGANIZATION,
    STATUS,
    MEDIUM,
    CUSTOMER,
    TICKET,
    SEVERITY,
    BILL,
    READER,
    AGENT,
    CLERK,
    OUTSIDER,
)
LAYER = (
    "layer: sn\nlevel: affiliate\nprefix: sn\nlocales: [fr, en]\ncurrency: XOF\ncountry: SN\ntime_zone: Africa/Dakar\n"
)


def telecom() -> Model:
    """The Model of all of it."""
    return model_of(*DOCUMENTS, overlay=(LOCAL,), layer=LAYER)
