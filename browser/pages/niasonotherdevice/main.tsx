import { openPage } from '../kit/open.tsx';
import { type OrderKind, OrderPage } from '../kit/order.tsx';

const kind: OrderKind = {
  family: 'nias',
  lead: 'nias.leadOther',
  asked: {
    name: 'identifier',
    label: 'personalNumber',
    hint: 'personalNumberHint',
    autoComplete: 'username',
    isDigits: true,
  },
};

void openPage(() => <OrderPage kind={kind} />);
