/** Namespace of the interface. */
export const niasSpace = 'http://netid.secmaker.com/nias/';

/** Where the service answers. */
export const niasPath = '/nias/ServiceServer.asmx';

/** Operations and what they take, in this order. All are strings; {@link required} ones must be there and may be nil, the others need not. */
export const operations = {
  Register: ['serverId', 'name', 'image', 'format', 'options'],
  Authenticate: ['personalNumber', 'userNonVisibleData', 'endUserInfo', 'options'],
  Sign: ['personalNumber', 'userVisibleData', 'userNonVisibleData', 'endUserInfo', 'options'],
  Collect: ['orderRef'],
} as const;

/** A key of the table above. */
export type Operation = keyof typeof operations;

const required: ReadonlySet<string> = new Set(['personalNumber', 'orderRef']);

/** Types of the results; `Authenticate` and `Sign` give a string. */
const results: Readonly<Record<Operation, string>> = {
  Register: 'tns:ResultRegister',
  Authenticate: 's:string',
  Sign: 's:string',
  Collect: 'tns:ResultCollect',
};

const info = ['name', 'version', 'image', 'id'];

/** What the types are made of; `name:Type` where it is no string. */
const types: Readonly<Record<string, readonly string[]>> = {
  ResultRegister: ['scheme', 'provider:ServiceInfoType', 'caller:ServiceInfoType'],
  ServiceInfoType: info,
  ResultCollect: [
    'progressStatus',
    'requestedUserId',
    'signature',
    'userInfo:UserInfoType',
    'ocspResponse',
    'validatorResponse',
    'deviceInfo:DeviceInfoType',
  ],
  UserInfoType: [
    'name',
    'personalNumber',
    'userUniqueName',
    'userId',
    'notBefore',
    'notAfter',
    'givenName',
    'surname',
    'certificate',
    'thumbprint',
  ],
  DeviceInfoType: ['name', 'version', 'address'],
};

const names = Object.keys(operations) as Operation[];

/** The service description (WSDL 1.1) for a service at this address: document/literal, wrapped, SOAP 1.1 and 1.2. */
export function serviceDescription(address: string): string {
  const schema = `<s:schema elementFormDefault="qualified" targetNamespace="${niasSpace}">${names.map(elements).join('')}${Object.entries(types).map(complexType).join('')}</s:schema>`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:tns="${niasSpace}" targetNamespace="${niasSpace}">`,
    `<wsdl:types>${schema}</wsdl:types>`,
    ...names.flatMap((name) => [message(`${name}SoapIn`, name), message(`${name}SoapOut`, `${name}Response`)]),
    `<wsdl:portType name="NetiDAccessServerSoap">${names.map(portOperation).join('')}</wsdl:portType>`,
    binding('NetiDAccessServerSoap', 'soap'),
    binding('NetiDAccessServerSoap12', 'soap12'),
    `<wsdl:service name="NetiDAccessServer">${port('NetiDAccessServerSoap', 'soap', address)}${port('NetiDAccessServerSoap12', 'soap12', address)}</wsdl:service>`,
    '</wsdl:definitions>',
  ].join('\n');
}

function elements(name: Operation): string {
  const taken = operations[name].map((field) =>
    required.has(field) ? element(field, 's:string', 'minOccurs="1" nillable="true"') : element(field, 's:string'),
  );
  return wrapper(name, taken) + wrapper(`${name}Response`, [element(`${name}Result`, results[name])]);
}

function wrapper(name: string, inner: readonly string[]): string {
  return `<s:element name="${name}"><s:complexType><s:sequence>${inner.join('')}</s:sequence></s:complexType></s:element>`;
}

function complexType([name, fields]: readonly [string, readonly string[]]): string {
  const inner = fields.map((field) => {
    const [own = '', type] = field.split(':');
    return element(own, type === undefined ? 's:string' : `tns:${type}`);
  });
  return `<s:complexType name="${name}"><s:sequence>${inner.join('')}</s:sequence></s:complexType>`;
}

function element(name: string, type: string, occurs = 'minOccurs="0"'): string {
  return `<s:element ${occurs} maxOccurs="1" name="${name}" type="${type}"/>`;
}

function message(name: string, element: string): string {
  return `<wsdl:message name="${name}"><wsdl:part name="parameters" element="tns:${element}"/></wsdl:message>`;
}

function portOperation(name: Operation): string {
  return `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}SoapIn"/><wsdl:output message="tns:${name}SoapOut"/></wsdl:operation>`;
}

function binding(name: string, soap: 'soap' | 'soap12'): string {
  const body = `<${soap}:body use="literal"/>`;
  const bound = names.map(
    (operation) =>
      `<wsdl:operation name="${operation}"><${soap}:operation soapAction="${niasSpace}${operation}" style="document"/><wsdl:input>${body}</wsdl:input><wsdl:output>${body}</wsdl:output></wsdl:operation>`,
  );
  return `<wsdl:binding name="${name}" type="tns:NetiDAccessServerSoap"><${soap}:binding transport="http://schemas.xmlsoap.org/soap/http"/>${bound.join('')}</wsdl:binding>`;
}

function port(name: string, soap: 'soap' | 'soap12', address: string): string {
  return `<wsdl:port name="${name}" binding="tns:${name}"><${soap}:address location="${address}"/></wsdl:port>`;
}
