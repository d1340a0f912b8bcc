// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/* Names of operations in symbols of the wheels 0.71.2 to 0.81.1. */
#include "testing.h"

#include "report/names.h"

static const struct {
	const char *symbol;
	const char *name;	/* NULL: of no operation */
} symbols[] = {
	{ "_ZN4ttnn4prim21MatmulDeviceOperation21create_output_tensorsERKNS0_12MatmulParamsERKNS0_12"
	  "MatmulInputsE", "Matmul" },
	{ "_ZN4ttnn10operations9binary_ng23BinaryNgDeviceOperation21create_output_tensorsERKNS2_22"
	  "operation_attributes_tERKNS2_13tensor_args_tE", "BinaryNg" },
	{ "_ZN4ttnn16device_operation6detail21enqueue_mesh_workloadITkNS0_36DeviceOperationWithMesh"
	  "DeviceAdapterENS0_26MeshDeviceOperationAdapterINS_4prim22SoftmaxDeviceOperationEEEEEvRKNT"
	  "_22operation_attributes_tE", "Softmax" },
	{ "_ZN4ttnn4prim39RingJointSDPADescriptorAdapterOperation3runEv", "RingJointSDPA" },
	{ "_ZN4ttnn4prim13SDPAOperation21create_output_tensorsEv", "SDPA" },
	/* Numbers that do not begin a word: literals, substitutions, a word that ends in one. */
	{ "_ZN4ttnn4fullIfLm18446744073709551615ELb1ENS0_5step1E21MatmulDeviceOperationEEvS12_21opera"
	  "tion_attributes_tE", "Matmul" },
	{ "_ZN4ttnn20create_device_tensorERKN2tt8tt_metal10TensorSpecEPNS1_11distributed10MeshDevice"
	  "ESt8optionalINS1_14TensorTopologyEE", NULL },
	{ "_ZN4ttnn4prim7softmaxENS_20SoftmaxOperationTypeERKNS_6TensorE", NULL },
	{ "_ZN4ttnn19MeshDeviceOperation3runEv", NULL },
	{ "_ZN4ttnn15DeviceOperation3runEv", NULL },
	{ "_ZN4ttnn9Operation3runEv", NULL },
	{ "_ZN4ttnn99MatmulDeviceOperation", NULL },
	{ "_ZN4ttnn99999999999999999999999999MatmulDeviceOperation", NULL },
	{ "_PyEval_EvalFrameDefault", NULL },
	{ "MatmulDeviceOperation", NULL },
	{ "_ZL", NULL },
	{ "_ZS", NULL },
	{ "_Z", NULL },
	{ "", NULL },
};

static void names_are_those_of_classes(void **state)
{
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		const bool found = names_shorten(symbols[i].symbol, name, sizeof(name));

		assert_int_equal(found, symbols[i].name != NULL);
		if (found)
			assert_string_equal(name, symbols[i].name);
	}
}

static void names_fit(void **state)
{
	char name[5] = "";

	(void)state;
	assert_true(names_shorten("_ZN21MatmulDeviceOperation3runEv", name, sizeof(name)));
	assert_string_equal(name, "Matm");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(names_are_those_of_classes),
	cmocka_unit_test(names_fit),
};

TEST_MAIN(tests)
